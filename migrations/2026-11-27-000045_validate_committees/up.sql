ALTER TABLE owners_committees
    VALIDATE CONSTRAINT owners_committees_seats_odd,
    VALIDATE CONSTRAINT owners_committees_term_at_most_5_years;
