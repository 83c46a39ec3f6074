-- The owners' assembly may have a credit code of its own; utilities and the police take part in joint meetings.
ALTER TABLE organizations
    DROP CONSTRAINT organizations_kind_fits_level,
    ADD CONSTRAINT organizations_kind_fits_level CHECK (CASE kind
        WHEN 'property_office' THEN char_length(jurisdiction) IN (4, 6)
        WHEN 'street_office' THEN char_length(jurisdiction) = 9
        WHEN 'street_party_committee' THEN char_length(jurisdiction) = 9
        WHEN 'community_party_organization' THEN char_length(jurisdiction) = 12
        WHEN 'neighborhood_committee' THEN char_length(jurisdiction) = 12
        WHEN 'owners_assembly' THEN char_length(jurisdiction) = 12
        WHEN 'owners_committee' THEN char_length(jurisdiction) = 12
        WHEN 'property_enterprise' THEN char_length(jurisdiction) IN (4, 6, 9, 12)
        WHEN 'enterprise_party_organization' THEN char_length(jurisdiction) IN (4, 6, 9, 12)
        WHEN 'mediation_committee' THEN char_length(jurisdiction) IN (4, 6, 9, 12)
        WHEN 'department' THEN char_length(jurisdiction) IN (4, 6, 9)
        WHEN 'utility' THEN char_length(jurisdiction) IN (4, 6, 9)
        WHEN 'police_station' THEN char_length(jurisdiction) IN (6, 9)
        ELSE false END) NOT VALID;
