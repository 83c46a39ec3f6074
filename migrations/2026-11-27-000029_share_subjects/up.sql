-- A subject is taken where the registrar reaches it, which the service checks: whoever registers somebody elsewhere must not
-- stand in the way of those who register them where they are.
DROP INDEX CONCURRENTLY IF EXISTS learners_subject_unique;
