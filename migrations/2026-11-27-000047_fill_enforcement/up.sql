-- Courts rule that an agreement is valid, or dismiss the application; what they ruled before can be enforced.
CALL update_in_batches('agreements', 'id',
    $$confirmation = ('{"barrier": null, "until_rolled_from": null, "accept_due_rolled_from": null, "decide_due_rolled_from": null, "provisional": false, "extension_reason": null}'::jsonb
        || confirmation::jsonb || CASE confirmation->>'status' WHEN 'confirmed' THEN '{"status": "ruled_valid"}'
            WHEN 'refused' THEN '{"status": "dismissed"}' ELSE '{}' END::jsonb)::json,
    enforcement = CASE WHEN confirmation->>'status' = 'confirmed' THEN json_build_object('route', 'judicial_confirmation',
        'enforceable_on', confirmation->'decided_on', 'body', confirmation->'court', 'document_number', confirmation->'decision_number',
        'applied_on', NULL, 'court', NULL, 'case_number', NULL) ELSE enforcement END$$,
    $$NOT confirmation::jsonb ? 'barrier'$$);
