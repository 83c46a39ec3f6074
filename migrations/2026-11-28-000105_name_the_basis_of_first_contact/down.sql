UPDATE rule_names SET legal_basis = '直接受理的联系申请人时限，由各地规定（工作日）' WHERE name = 'dispute_first_contact_days';
