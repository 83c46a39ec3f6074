-- A range of one id, so that exclusion constraints can tell "the same record at the same time".
CREATE TYPE uuidrange AS RANGE (subtype = uuid);

CREATE TABLE organizations (
    id uuid PRIMARY KEY,
    jurisdiction text COLLATE "C" NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    credit_code text COLLATE "C",
    status text NOT NULL DEFAULT 'active',
    parent_id uuid,
    address text,
    contacts jsonb NOT NULL DEFAULT '[]',
    party_mode text,
    party_organization_id uuid,
    party_reason text,
    party_plan text,
    party_member_count integer,
    -- In how many grid units it is enrolled; kept by the enrollments.
    grid_unit_count integer NOT NULL DEFAULT 0,
    created_by text NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    city_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 4)) STORED,
    district_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 6)) STORED,
    street_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 9)) STORED,
    community_code text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(jurisdiction, 12)) STORED,
    CONSTRAINT organizations_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions (code),
    CONSTRAINT organizations_parent_exists FOREIGN KEY (parent_id) REFERENCES organizations (id),
    CONSTRAINT organizations_party_organization_exists FOREIGN KEY (party_organization_id) REFERENCES organizations (id),
    CONSTRAINT organizations_credit_code_unique UNIQUE (credit_code),
    CONSTRAINT organizations_name_length CHECK (char_length(name) BETWEEN 1 AND 100),
    CONSTRAINT organizations_address_length CHECK (char_length(address) <= 200),
    CONSTRAINT organizations_contacts_are_listed CHECK (jsonb_typeof(contacts) = 'array'),
    CONSTRAINT organizations_party_reason_length CHECK (char_length(party_reason) BETWEEN 1 AND 500),
    CONSTRAINT organizations_party_plan_length CHECK (char_length(party_plan) BETWEEN 1 AND 500),
    CONSTRAINT organizations_party_member_count_range CHECK (party_member_count BETWEEN 0 AND 1000000),
    CONSTRAINT organizations_status_known CHECK (status IN ('active', 'dissolved')),
    CONSTRAINT organizations_credit_code_form CHECK (credit_code ~ '^[0-9A-HJ-NPQRTUWXY]{18}$'),
    -- The kinds, each with the lengths of the codes under which it may stand.
    CONSTRAINT organizations_kind_fits_level CHECK (CASE kind
        WHEN 'property_office' THEN char_length(jurisdiction) IN (4, 6)
        WHEN 'street_office' THEN char_length(jurisdiction) = 9
        WHEN 'street_party_committee' THEN char_length(jurisdiction) = 9
        WHEN 'community_party_organization' THEN char_length(jurisdiction) = 12
        WHEN 'neighborhood_committee' THEN char_length(jurisdiction) = 12
        WHEN 'owners_committee' THEN char_length(jurisdiction) = 12
        WHEN 'property_enterprise' THEN char_length(jurisdiction) IN (4, 6, 9, 12)
        WHEN 'enterprise_party_organization' THEN char_length(jurisdiction) IN (4, 6, 9, 12)
        WHEN 'mediation_committee' THEN char_length(jurisdiction) IN (4, 6, 9, 12)
        WHEN 'department' THEN char_length(jurisdiction) IN (4, 6, 9)
        ELSE false END),
    CONSTRAINT organizations_enterprise_has_credit_code CHECK (kind <> 'property_enterprise' OR credit_code IS NOT NULL),
    CONSTRAINT organizations_enterprise_party_has_parent CHECK (
        kind <> 'enterprise_party_organization' OR parent_id IS NOT NULL),
    CONSTRAINT organizations_parent_is_another CHECK (parent_id <> id),
    CONSTRAINT organizations_party_mode_known CHECK (party_mode IN ('own', 'joint', 'none')),
    CONSTRAINT organizations_party_mode_complete CHECK (CASE coalesce(party_mode, '')
        WHEN '' THEN num_nonnulls(party_organization_id, party_reason, party_plan) = 0
        WHEN 'none' THEN num_nonnulls(party_reason, party_plan) = 2 AND party_organization_id IS NULL
        ELSE party_organization_id IS NOT NULL AND num_nonnulls(party_reason, party_plan) = 0 END),
    CONSTRAINT organizations_party_bodies_have_no_mode CHECK (party_mode IS NULL OR kind NOT IN (
        'street_party_committee', 'community_party_organization', 'enterprise_party_organization'))
);
CREATE INDEX organizations_by_city ON organizations (city_code, updated_at DESC, id DESC);
CREATE INDEX organizations_by_district ON organizations (district_code, updated_at DESC, id DESC);
CREATE INDEX organizations_by_street ON organizations (street_code, updated_at DESC, id DESC);
CREATE INDEX organizations_by_community ON organizations (community_code, updated_at DESC, id DESC);
CREATE INDEX organizations_by_city_kind ON organizations (city_code, kind, updated_at DESC, id DESC);
CREATE INDEX organizations_by_district_kind ON organizations (district_code, kind, updated_at DESC, id DESC);
CREATE INDEX organizations_by_street_kind ON organizations (street_code, kind, updated_at DESC, id DESC);
CREATE INDEX organizations_by_place ON organizations (jurisdiction, kind);
CREATE INDEX organizations_by_parent ON organizations (parent_id);
CREATE INDEX organizations_by_party_organization ON organizations (party_organization_id);
CREATE UNIQUE INDEX organizations_name_unique ON organizations (jurisdiction, kind, name) WHERE status = 'active';

-- A state that few are in.
CREATE INDEX organizations_dissolved ON organizations (updated_at DESC, id DESC) WHERE status = 'dissolved';

-- The people of an organization, as far as they matter for appointments.
CREATE TABLE organization_staff (
    organization_id uuid NOT NULL REFERENCES organizations (id),
    position smallint NOT NULL,
    name text NOT NULL CONSTRAINT organization_staff_name_length CHECK (char_length(name) BETWEEN 1 AND 100),
    phone text NOT NULL CONSTRAINT organization_staff_phone_length CHECK (char_length(phone) BETWEEN 5 AND 20),
    post text CONSTRAINT organization_staff_post_length CHECK (char_length(post) BETWEEN 1 AND 100),
    registered_on date NOT NULL,
    -- The same number written differently is the same number.
    phone_digits text NOT NULL GENERATED ALWAYS AS (regexp_replace(
        regexp_replace(phone, '[^0-9]', '', 'g'), '^(?:00)?(?:86)?(1[0-9]{10}).*$', '\1')) STORED,
    PRIMARY KEY (organization_id, position)
);
CREATE INDEX organization_staff_by_person ON organization_staff (phone_digits);
