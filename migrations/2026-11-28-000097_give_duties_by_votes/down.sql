DELETE FROM vote_effects WHERE kind = 'duty_given';
ALTER TABLE vote_effects DROP CONSTRAINT vote_effects_kind_known,
    ADD CONSTRAINT vote_effects_kind_known CHECK (kind IN ('committee_elected', 'committee_prolonged', 'contract_made', 'contract_ended'));
DELETE FROM duties WHERE council_id IS NULL;
ALTER TABLE duties DROP CONSTRAINT duties_decided_once, DROP COLUMN vote_id,
    ALTER COLUMN council_id SET NOT NULL, ALTER COLUMN meeting_id SET NOT NULL,
    ALTER COLUMN item_id SET NOT NULL, ALTER COLUMN position SET NOT NULL,
    ALTER COLUMN created_by DROP DEFAULT;
