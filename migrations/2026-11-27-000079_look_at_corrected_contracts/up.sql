-- Also who serves longer than was told employs no member of the committee.
CREATE OR REPLACE TRIGGER property_contracts_employ_no_members
    AFTER INSERT OR UPDATE OF starts_on, ends_on, continued_on, terminated_on ON property_contracts
    FOR EACH ROW EXECUTE FUNCTION refuse_cross_appointment();
