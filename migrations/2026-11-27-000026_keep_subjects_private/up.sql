-- Who a person is who sees a case, for those who do not learn by which subject somebody signs in.
ALTER TABLE dispute_guests ADD COLUMN name text;
UPDATE dispute_guests AS guest SET name = (SELECT max(name) FROM mediators WHERE subject = guest.guest) WHERE kind = 'person';

-- A subject is taken where the registrar reaches it, which the service checks: whoever registers somebody elsewhere must not
-- stand in the way of those who register them where they are.
DROP INDEX learners_subject_unique;
CREATE INDEX learners_by_subject ON learners (subject) WHERE subject IS NOT NULL;
