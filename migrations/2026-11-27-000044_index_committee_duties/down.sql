DROP INDEX owners_committees_by_due;
