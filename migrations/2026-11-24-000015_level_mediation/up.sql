-- The level that opened a mediation works on it. A program of before does not tell it.
ALTER TABLE mediations ADD COLUMN level text NOT NULL DEFAULT 'community',
    ADD CONSTRAINT mediations_level_known CHECK (level IN ('city', 'district', 'street', 'community'));
ALTER TABLE mediation_sessions ADD COLUMN level text NOT NULL DEFAULT 'community',
    ADD CONSTRAINT mediation_sessions_level_known CHECK (level IN ('city', 'district', 'street', 'community'));
ALTER TABLE agreements ADD COLUMN level text NOT NULL DEFAULT 'community',
    ADD CONSTRAINT agreements_level_known CHECK (level IN ('city', 'district', 'street', 'community'));
UPDATE mediations SET level = disputes.level FROM disputes
    WHERE disputes.id = dispute_id AND disputes.level IN ('city', 'district', 'street');
UPDATE mediation_sessions SET level = mediations.level FROM mediations WHERE mediations.id = mediation_id AND mediations.level <> 'community';
UPDATE agreements SET level = mediations.level FROM mediations WHERE mediations.id = mediation_id AND mediations.level <> 'community';
-- What waits for the jurisdiction that works on it.
CREATE INDEX mediations_by_handler ON mediations (left(jurisdiction, CASE level
    WHEN 'city' THEN 4 WHEN 'district' THEN 6 WHEN 'street' THEN 9 ELSE 12 END), due_on, id)
    WHERE status IN ('proposed', 'consent_pending', 'mediator_selected', 'in_session');
CREATE INDEX agreements_by_handler ON agreements (left(jurisdiction, CASE level
    WHEN 'city' THEN 4 WHEN 'district' THEN 6 WHEN 'street' THEN 9 ELSE 12 END), next_step_at, id)
    WHERE status <> 'rescinded' AND (status <> 'performed' OR visit_note IS NULL OR confirmation->>'status' IN ('applied', 'accepted'));
