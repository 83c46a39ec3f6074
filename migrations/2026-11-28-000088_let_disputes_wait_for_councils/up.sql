-- A dispute on the agenda of a council waits for its meeting.
ALTER TABLE disputes DROP CONSTRAINT disputes_status_known,
    ADD CONSTRAINT disputes_status_known CHECK (status IN (
        'submitted', 'accepted', 'assigned', 'in_handling', 'in_mediation', 'in_council', 'resolved', 'closed', 'rejected', 'withdrawn',
        'suspended', 'transferred', 'referred_out', 'merged')) NOT VALID;

INSERT INTO rule_names (name, default_value, lowest, highest, legal_basis) VALUES
    ('council_dispute_days', 30, 0, 60, '提交会议讨论期间办理时限暂停计算，由各地规定');
