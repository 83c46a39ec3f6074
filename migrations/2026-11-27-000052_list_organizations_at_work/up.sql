-- Where organizations have something to do, wherever they stand themselves: estates that they serve or served, mediations
-- of theirs, and open disputes to which they are a party, unless it is nobody's business that they are.
CREATE VIEW organizations_at_work AS
    SELECT organization_id, jurisdiction, city_code, district_code, street_code, community_code FROM property_contracts
    UNION ALL
    SELECT organization_id, jurisdiction, city_code, district_code, street_code, community_code FROM mediations
    UNION ALL
    SELECT p.organization_id, d.jurisdiction, d.city_code, d.district_code, d.street_code, d.community_code
    FROM disputes d
    JOIN dispute_parties p ON p.dispute_id = d.id AND p.organization_id IS NOT NULL
    WHERE d.status <> 'closed' AND NOT d.confidential;
