-- What was elected before was counted by the rules of 2009.
CALL update_in_batches('owners_committees', 'id',
    $$duties = jsonb_build_array(
        jsonb_build_object('duty', 'first_meeting', 'due_on', elected_on + 7, 'rolled_from', NULL, 'provisional', false,
            'legal_basis', '业主大会和业主委员会指导规则（建房〔2009〕274号）'),
        jsonb_build_object('duty', 'street_filing', 'due_on', elected_on + 30, 'rolled_from', NULL, 'provisional', false,
            'legal_basis', '物业管理条例（2018年修正）第十六条'),
        jsonb_build_object('duty', 'district_filing', 'due_on', elected_on + 30, 'rolled_from', NULL, 'provisional', false,
            'legal_basis', '物业管理条例（2018年修正）第十六条'),
        jsonb_build_object('duty', 're_election', 'due_on', re_election_due_on, 'rolled_from', NULL, 'provisional', false,
            'legal_basis', '当地关于提前启动换届的规定'),
        jsonb_build_object('duty', 'end_of_term', 'due_on', term_ends_on, 'rolled_from', NULL, 'provisional', false,
            'legal_basis', '任期不超过五年')),
    next_due_on = CASE WHEN status IN ('elected', 'filed', 'in_office') THEN least(
        CASE WHEN first_meeting_on IS NULL THEN elected_on + 7 END,
        CASE WHEN street_filed_on IS NULL OR district_filed_on IS NULL THEN elected_on + 30 END,
        re_election_due_on) END$$,
    $$elected_on IS NOT NULL AND duties = '[]'$$);
