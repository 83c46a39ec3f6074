DROP INDEX IF EXISTS dispute_parties_by_subject;
