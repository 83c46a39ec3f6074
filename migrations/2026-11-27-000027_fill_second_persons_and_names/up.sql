DO $fill$
BEGIN
    -- Of what is open, the history knows who had a hand in it.
    CALL update_in_batches('disputes', 'id',
        $$taken_steps = (
            SELECT coalesce(jsonb_agg(DISTINCT jsonb_build_object('action', event.action, 'by', event.caller)), '[]')
            FROM dispute_events AS event
            WHERE event.dispute_id = disputes.id AND event.action IN
                ('accept', 'assign', 'start', 'contact', 'transfer', 'escalate', 'request_approval', 'resolve', 'add_parts', 'merge'))$$,
        $$taken_steps = '[]' AND status NOT IN ('submitted', 'closed', 'rejected', 'withdrawn', 'referred_out')$$);
    CALL update_in_batches('grid_units', 'id',
        $$taken_steps = jsonb_build_array(jsonb_build_object('action', 'create', 'by', created_by))$$, $$taken_steps = '[]'$$);
    CALL update_in_batches('learners', 'id',
        $$linked_subjects = jsonb_build_array(subject)$$, $$linked_subjects = '[]' AND subject IS NOT NULL$$);
    CALL update_in_batches('training_enrollments', 'id',
        $$linked_subjects = jsonb_build_array(subject)$$, $$linked_subjects = '[]' AND subject IS NOT NULL$$);
    CALL update_in_batches('dispute_guests', 'dispute_id',
        $$name = (SELECT max(mediators.name) FROM mediators WHERE subject = guest)$$, $$name IS NULL AND kind = 'person'$$);
END
$fill$;
