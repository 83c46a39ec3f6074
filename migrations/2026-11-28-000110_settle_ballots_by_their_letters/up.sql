-- How many letters had been printed for a head when its paper was handed in: unknown of those of before.
ALTER TABLE vote_papers ADD COLUMN letters smallint NOT NULL DEFAULT 0;
-- Two persons end what two have recorded. How many powers one holds is counted by persons and no longer by slots.
ALTER TABLE vote_powers ALTER COLUMN slot DROP NOT NULL, ADD COLUMN ending_by text, ADD COLUMN ending_paper text;
