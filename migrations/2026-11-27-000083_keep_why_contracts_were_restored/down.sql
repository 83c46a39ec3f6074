ALTER TABLE property_contracts DROP COLUMN restoration_reason, DROP COLUMN notice_late;
