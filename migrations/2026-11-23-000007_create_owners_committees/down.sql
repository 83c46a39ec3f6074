DROP TRIGGER organization_staff_are_no_members ON organization_staff;
DROP TRIGGER property_contracts_employ_no_members ON property_contracts;
DROP VIEW cross_appointments;
ALTER TABLE estates DROP COLUMN committee_id, DROP COLUMN committee_ends_on;
DROP TABLE owners_committee_handover;
DROP TABLE owners_committee_members;
DROP FUNCTION refuse_cross_appointment;
DROP TABLE owners_committees;
