-- Papers that wait to be entered came with the letter that their head has now.
CALL update_in_batches('vote_papers', 'id',
    'letters = (SELECT h.letters FROM vote_heads h WHERE h.vote_id = vote_papers.vote_id AND h.head = vote_papers.head)',
    $$letters = 0 AND status IN ('received', 'entered_once', 'disputed')$$);
