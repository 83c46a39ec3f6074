-- Texts that were wrong stay mended.
SELECT 1;
