-- The estates in which organizations have a part: those that they serve or served, and those whose owners they stand for.
CREATE VIEW estates_of_organizations AS
    SELECT organization_id, estate_id FROM property_contracts WHERE voided_on IS NULL
    UNION ALL
    SELECT organization_id, estate_id FROM owners_committees;
