DELETE FROM rules WHERE name IN ('vote_roll_days', 'vote_first_roll_days', 'vote_notice_days', 'vote_posting_days', 'vote_answer_days',
    'vote_paper_days', 'vote_proxy_principals', 'vote_result_days');
DELETE FROM rule_names WHERE name IN ('vote_roll_days', 'vote_first_roll_days', 'vote_notice_days', 'vote_posting_days', 'vote_answer_days',
    'vote_paper_days', 'vote_proxy_principals', 'vote_result_days');
DROP FUNCTION is_committee_of(uuid, uuid);
DROP TABLE vote_heads;
DROP TABLE vote_roll_changes;
DROP TABLE vote_roll;
DROP TABLE owner_votes;
DROP FUNCTION refuse_change_of_frozen_roll();
DROP FUNCTION refuse_change_of_announced_vote();
