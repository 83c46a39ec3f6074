DELETE FROM dispute_guests WHERE kind = 'party';
ALTER TABLE dispute_guests
    DROP CONSTRAINT dispute_guests_kind_known,
    ADD CONSTRAINT dispute_guests_kind_known CHECK (kind IN ('jurisdiction', 'organization', 'person'));
ALTER TABLE dispute_parties DROP COLUMN links, DROP COLUMN linked_at, DROP COLUMN subject;
