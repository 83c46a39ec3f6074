-- Who handles a dispute, what is due when, and what belongs to it. Everything has a default, so that a program that
-- knows nothing of it can still file disputes.
ALTER TABLE disputes
    ADD COLUMN level text NOT NULL DEFAULT 'community',
    ADD COLUMN estate_id uuid,
    ADD COLUMN organization_id uuid,
    ADD COLUMN risk text NOT NULL DEFAULT 'yellow',
    ADD COLUMN confidential boolean NOT NULL DEFAULT false,
    ADD COLUMN card text NOT NULL DEFAULT 'none',
    ADD COLUMN due_at timestamptz,
    ADD COLUMN next_step_at timestamptz,
    -- Who decides on what was asked of the level above.
    ADD COLUMN approver text COLLATE "C",
    ADD COLUMN parent_id uuid,
    ADD COLUMN progress json NOT NULL DEFAULT '{}',
    ADD COLUMN terms text[] NOT NULL DEFAULT '{}',
    ADD CONSTRAINT disputes_level_known CHECK (level IN ('city', 'district', 'street', 'community')),
    ADD CONSTRAINT disputes_risk_known CHECK (risk IN ('yellow', 'orange', 'red')),
    ADD CONSTRAINT disputes_card_known CHECK (card IN ('none', 'yellow', 'red')),
    ADD CONSTRAINT disputes_estate_exists FOREIGN KEY (estate_id) REFERENCES estates (id),
    ADD CONSTRAINT disputes_organization_exists FOREIGN KEY (organization_id) REFERENCES organizations (id),
    ADD CONSTRAINT disputes_parent_exists FOREIGN KEY (parent_id) REFERENCES disputes (id),
    ADD CONSTRAINT disputes_parent_is_another CHECK (parent_id <> id),
    ADD CONSTRAINT disputes_merged_has_parent CHECK (status <> 'merged' OR parent_id IS NOT NULL),
    ADD CONSTRAINT disputes_category_form CHECK (category ~ '^[a-z][a-z0-9_]*([.][a-z][a-z0-9_]*)*$'),
    DROP CONSTRAINT disputes_category_known,
    DROP CONSTRAINT disputes_status_known,
    ADD CONSTRAINT disputes_status_known CHECK (status IN (
        'submitted', 'accepted', 'assigned', 'in_handling', 'in_mediation', 'resolved', 'closed', 'rejected', 'withdrawn',
        'suspended', 'transferred', 'referred_out', 'merged'));
UPDATE disputes SET level = CASE char_length(jurisdiction)
    WHEN 4 THEN 'city' WHEN 6 THEN 'district' WHEN 9 THEN 'street' ELSE 'community' END
    WHERE char_length(jurisdiction) < 12;
-- What waits for its handler, the most urgent first.
CREATE INDEX disputes_by_handler_due ON disputes (left(jurisdiction, CASE level
    WHEN 'city' THEN 4 WHEN 'district' THEN 6 WHEN 'street' THEN 9 ELSE 12 END), due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX disputes_by_approver ON disputes (approver, updated_at, id) WHERE approver IS NOT NULL;
CREATE INDEX disputes_grave ON disputes (jurisdiction) WHERE risk = 'red' AND due_at IS NOT NULL;
-- What the scheduler does next.
CREATE INDEX disputes_by_next_step ON disputes (next_step_at) WHERE next_step_at IS NOT NULL;
CREATE INDEX disputes_by_organization ON disputes (organization_id, updated_at DESC, id DESC) WHERE organization_id IS NOT NULL;
CREATE INDEX disputes_by_parent ON disputes (parent_id) WHERE parent_id IS NOT NULL;
-- Disputes that came in before there were words to find them by.
CREATE INDEX disputes_without_terms ON disputes (id) WHERE terms = '{}';
-- Disputes that came in before there were clocks.
CREATE INDEX disputes_without_clocks ON disputes (id) WHERE progress::text = '{}' AND status <> 'closed';
CREATE INDEX disputes_by_terms ON disputes USING gin (terms);
-- Categories are found among the words, with those below them.
DROP INDEX disputes_by_city_category;
DROP INDEX disputes_by_district_category;
DROP INDEX disputes_by_street_category;

ALTER TABLE dispute_parties
    ADD COLUMN organization_id uuid,
    ADD COLUMN address text,
    ADD CONSTRAINT dispute_parties_organization_exists FOREIGN KEY (organization_id) REFERENCES organizations (id),
    ADD CONSTRAINT dispute_parties_address_length CHECK (char_length(address) BETWEEN 1 AND 200);

-- Who sees a case besides those within whose jurisdiction it lies: a jurisdiction by its code, an organization by its
-- id, a person by issuer and subject.
CREATE TABLE dispute_guests (
    guest text COLLATE "C" NOT NULL,
    dispute_id uuid NOT NULL REFERENCES disputes (id),
    kind text NOT NULL,
    reason text NOT NULL,
    invited_at timestamptz NOT NULL,
    PRIMARY KEY (guest, dispute_id),
    CONSTRAINT dispute_guests_kind_known CHECK (kind IN ('jurisdiction', 'organization', 'person')),
    CONSTRAINT dispute_guests_reason_length CHECK (char_length(reason) BETWEEN 1 AND 1000)
);
CREATE INDEX dispute_guests_by_dispute ON dispute_guests (dispute_id);
