-- Shorter times for graver disputes, where a place sets them, and filing without a name, where it allows that.
INSERT INTO rule_names (name, default_value, lowest, highest, legal_basis) VALUES
    ('dispute_red_accept_days', 0, 0, 365, '红色风险纠纷的签收时限，由各地规定（工作日，0 为不另设）'),
    ('dispute_red_first_contact_days', 0, 0, 365, '红色风险纠纷的联系申请人时限，由各地规定（工作日，0 为不另设）'),
    ('dispute_red_resolve_days', 0, 0, 365, '红色风险纠纷的办理时限，由各地规定（工作日，0 为不另设）'),
    ('dispute_orange_accept_days', 0, 0, 365, '橙色风险纠纷的签收时限，由各地规定（工作日，0 为不另设）'),
    ('dispute_orange_first_contact_days', 0, 0, 365, '橙色风险纠纷的联系申请人时限，由各地规定（工作日，0 为不另设）'),
    ('dispute_orange_resolve_days', 0, 0, 365, '橙色风险纠纷的办理时限，由各地规定（工作日，0 为不另设）'),
    ('dispute_anonymous_filing', 0, 0, 1, '是否受理匿名申请，由各地规定（1 为受理）');
