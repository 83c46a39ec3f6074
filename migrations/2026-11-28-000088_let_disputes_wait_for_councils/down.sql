DELETE FROM rules WHERE name = 'council_dispute_days';
DELETE FROM rule_names WHERE name = 'council_dispute_days';
UPDATE disputes SET status = 'accepted' WHERE status = 'in_council';
ALTER TABLE disputes DROP CONSTRAINT disputes_status_known,
    ADD CONSTRAINT disputes_status_known CHECK (status IN (
        'submitted', 'accepted', 'assigned', 'in_handling', 'in_mediation', 'resolved', 'closed', 'rejected', 'withdrawn',
        'suspended', 'transferred', 'referred_out', 'merged'));
