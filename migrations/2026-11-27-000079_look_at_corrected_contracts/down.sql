CREATE OR REPLACE TRIGGER property_contracts_employ_no_members AFTER INSERT ON property_contracts
    FOR EACH ROW EXECUTE FUNCTION refuse_cross_appointment();
