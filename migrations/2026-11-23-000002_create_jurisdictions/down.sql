DROP TABLE jurisdictions;
