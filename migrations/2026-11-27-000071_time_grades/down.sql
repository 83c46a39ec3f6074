DELETE FROM rules WHERE name IN ('dispute_red_accept_days', 'dispute_red_first_contact_days', 'dispute_red_resolve_days',
    'dispute_orange_accept_days', 'dispute_orange_first_contact_days', 'dispute_orange_resolve_days', 'dispute_anonymous_filing');
DELETE FROM rule_names WHERE name IN ('dispute_red_accept_days', 'dispute_red_first_contact_days', 'dispute_red_resolve_days',
    'dispute_orange_accept_days', 'dispute_orange_first_contact_days', 'dispute_orange_resolve_days', 'dispute_anonymous_filing');
