-- The days of a year that differ from the plain week, as a city has set them.
CREATE TABLE calendar_years (
    id uuid PRIMARY KEY,
    jurisdiction text COLLATE "C" NOT NULL,
    year integer NOT NULL,
    days jsonb NOT NULL,
    legal_basis text NOT NULL,
    created_by text NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    -- The version with which running deadlines were worked out.
    applied_version bigint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT calendar_years_jurisdiction_exists FOREIGN KEY (jurisdiction) REFERENCES jurisdictions (code),
    CONSTRAINT calendar_years_year_unique UNIQUE (jurisdiction, year),
    CONSTRAINT calendar_years_city CHECK (char_length(jurisdiction) = 4),
    CONSTRAINT calendar_years_year_plausible CHECK (year BETWEEN 2000 AND 2200),
    CONSTRAINT calendar_years_legal_basis_length CHECK (char_length(legal_basis) BETWEEN 1 AND 500)
);

INSERT INTO rule_names (name, default_value, lowest, highest, legal_basis) VALUES
    ('dispute_accept_days', 2, 1, 30, '《山东省12345政务服务便民热线运行管理办法》关于签收时限的规定（工作日）'),
    ('dispute_first_contact_days', 2, 1, 30, '《山东省12345政务服务便民热线运行管理办法》关于联系诉求人时限的规定（工作日）'),
    ('dispute_resolve_days', 15, 1, 365, '《山东省12345政务服务便民热线运行管理办法》关于办结时限的规定（工作日）'),
    ('dispute_extension_days', 7, 1, 90, '《山东省12345政务服务便民热线运行管理办法》关于延期的规定（工作日）'),
    ('dispute_escalation_days', 5, 1, 90, '逾期升级后上一级的办理时限，由各地规定（工作日）'),
    ('dispute_suspension_days', 30, 1, 180, '中止办理的最长期限，由各地规定（自然日）'),
    ('dispute_return_days', 1, 1, 10, '转办后退回的时限，由各地规定（工作日）'),
    ('dispute_silence_days', 7, 1, 90, '办结后申请人未表示意见即予结案的期限，由各地规定（自然日）'),
    ('dispute_reopen_days', 15, 1, 365, '办结后可以重新办理的期限，由各地规定（自然日）');
