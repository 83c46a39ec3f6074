-- The hotline and petitions are contacted in the same time.
DO $name$
BEGIN
    UPDATE rule_names SET legal_basis = '联系申请人的时限，由各地规定（工作日）' WHERE name = 'dispute_first_contact_days';
END
$name$;
