-- The measures that were cited do not exist: what comes to an office directly has no time set by law.
DO $name$
BEGIN
    UPDATE rule_names SET legal_basis = '直接受理的签收时限，由各地规定（工作日）' WHERE name = 'dispute_accept_days';
    UPDATE rule_names SET legal_basis = '直接受理的联系申请人时限，由各地规定（工作日）' WHERE name = 'dispute_first_contact_days';
    UPDATE rule_names SET legal_basis = '直接受理的办理时限，由各地规定（工作日）' WHERE name = 'dispute_resolve_days';
    UPDATE rule_names SET legal_basis = '直接受理的延期时限，由各地规定（工作日）' WHERE name = 'dispute_extension_days';
END
$name$;
