-- In whose name a dispute was filed is known wherever it is read.
CALL update_in_batches('disputes', 'id',
    $$taken_steps = jsonb_build_array(jsonb_build_object('action', 'organization', 'by', progress ->> 'filed_for')) || taken_steps$$,
    $$progress ->> 'filed_for' IS NOT NULL AND NOT taken_steps @> '[{"action": "organization"}]'$$);
