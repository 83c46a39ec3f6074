DROP TABLE vote_opened;
DROP TABLE vote_paper_entries;
DROP TABLE vote_papers;
DROP TABLE vote_powers;
DROP TABLE vote_ballots;
DROP FUNCTION refuse_change_of_ballot();
