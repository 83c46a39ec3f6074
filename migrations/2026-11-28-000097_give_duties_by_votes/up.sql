-- What owners have decided is done by an organization: no council, meeting or seat stands behind that. Whoever made a duty is kept with
-- its steps; their column goes once no program of before writes it.
ALTER TABLE duties ADD COLUMN vote_id uuid,
    ALTER COLUMN council_id DROP NOT NULL, ALTER COLUMN meeting_id DROP NOT NULL,
    ALTER COLUMN item_id DROP NOT NULL, ALTER COLUMN position DROP NOT NULL,
    ALTER COLUMN created_by SET DEFAULT '',
    ADD CONSTRAINT duties_vote_exists FOREIGN KEY (vote_id) REFERENCES owner_votes (id) NOT VALID,
    ADD CONSTRAINT duties_decided_once CHECK (num_nonnulls(council_id, vote_id) = 1
        AND num_nonnulls(council_id, meeting_id, item_id, position) IN (0, 4)) NOT VALID;
ALTER TABLE vote_effects DROP CONSTRAINT vote_effects_kind_known,
    ADD CONSTRAINT vote_effects_kind_known CHECK (kind IN ('committee_elected', 'committee_prolonged', 'contract_made', 'contract_ended',
        'duty_given')) NOT VALID;
