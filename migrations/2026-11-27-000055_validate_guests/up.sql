DO $$ BEGIN
    ALTER TABLE dispute_guests VALIDATE CONSTRAINT dispute_guests_kind_known;
    ALTER TABLE dispute_parties VALIDATE CONSTRAINT dispute_parties_linked_or_not;
END $$;
