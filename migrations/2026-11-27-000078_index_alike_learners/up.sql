CREATE INDEX CONCURRENTLY IF NOT EXISTS learners_by_person ON learners (name_key(name), phone_key(phone)) WHERE status = 'active' AND phone IS NOT NULL;
