-- A party can be linked to the sign-in of the person it is; how often that was done is a part of the code that does it.
ALTER TABLE dispute_parties
    ADD COLUMN subject text,
    ADD COLUMN linked_at timestamptz,
    ADD COLUMN links smallint NOT NULL DEFAULT 0,
    ADD CONSTRAINT dispute_parties_linked_or_not CHECK ((subject IS NULL) = (linked_at IS NULL)) NOT VALID;
ALTER TABLE dispute_guests
    DROP CONSTRAINT dispute_guests_kind_known,
    ADD CONSTRAINT dispute_guests_kind_known CHECK (kind IN ('jurisdiction', 'organization', 'person', 'party')) NOT VALID;
