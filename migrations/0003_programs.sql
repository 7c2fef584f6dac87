-- Loyalty programs as Cosmo lists them, and the allocation plugin of each, version by version.

create table programs (
    program_id             text        not null,
    name                   text        not null default '',
    currency_code          text,
    local_currency_code    text,
    minimum_points         bigint,
    maximum_points         bigint,
    minimum_value          bigint,
    maximum_value          bigint,
    required_fields        text[],
    catalogue              jsonb,
    catalogue_at           timestamptz,
    listed                 boolean     not null default true,
    issuing_paused         boolean     not null default false,
    configuration_version  integer     not null default 0,
    changed_at             timestamptz not null default now(),
    constraint programs_pkey primary key (program_id)
);
comment on table programs is 'One row a program ever seen: a small reference table, read whole into memory.';
comment on column programs.minimum_points is 'Limits of one issue as the partnership states them; null: none. Points for programs paid in points, value in whole currency units for the others.';
comment on column programs.required_fields is 'Which account fields Cosmo requires; null: it has not told yet.';
comment on column programs.local_currency_code is 'The currency Cosmo takes value in, ISO 4217; null when it does not say.';
comment on column programs.catalogue is 'What else the catalogue said, for people: names, addresses, prices; decimals as text.';
comment on column programs.catalogue_at is 'When the catalogue last had it; null for a program set up before Cosmo lists it.';
comment on column programs.listed is 'Whether Cosmo''s latest catalogue still had it.';
comment on column programs.configuration_version is 'Which row of program_configurations is in force; 0: none yet, its legs are parked.';

create table program_configurations (
    program_id            text        not null,
    configuration_version integer     not null,
    plugin                text        not null,
    plugin_version        text        not null,
    configuration         text        not null,
    digest                text        not null,
    set_by                text        not null,
    set_at                timestamptz not null default now(),
    constraint program_configurations_pkey primary key (program_id, configuration_version),
    constraint program_configurations_version_positive check (configuration_version > 0)
);
comment on table program_configurations is
    'Every plugin configuration a program ever had, append-only: a decision pins one and can be replayed with it (I-9). configuration is canonical JSON, digest its SHA-256 with the plugin''s name and version.';
