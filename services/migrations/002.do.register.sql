-- Numbers every property once and for ever; registration_number() spreads them over the whole space.
CREATE SEQUENCE property_number MINVALUE 1 MAXVALUE 208827064575;

-- P-XXXX-XXXX from 26 letters and digits that are not mistaken for each other. The multiplier has no factor in
-- common with 26^8, so different numbers never share a registration number.
CREATE FUNCTION registration_number(number bigint) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE
  alphabet CONSTANT text := 'CDFGHJKMNPQRSTVWXYZ2345679';
  rest bigint := (number::numeric * 129062223679 % 208827064576)::bigint;
  digits text := '';
BEGIN
  FOR position IN 1..8 LOOP
    digits := substr(alphabet, (rest % 26)::int + 1, 1) || digits;
    rest := rest / 26;
  END LOOP;
  RETURN 'P-' || left(digits, 4) || '-' || right(digits, 4);
END
$$;

CREATE TABLE property (
  registration_number text COLLATE "C" PRIMARY KEY DEFAULT registration_number(nextval('property_number')),
  landlord_id text COLLATE "C" NOT NULL,
  -- SHA-256 of the normalized address, in hex: names a property that has no uprn.
  address_key text COLLATE "C",
  row_reference text NOT NULL,
  uprn bigint UNIQUE,
  address_line_1 text,
  address_line_2 text,
  town_or_city text,
  county text,
  postcode text,
  local_council_code text COLLATE "C",
  property_type text NOT NULL,
  custom_property_type text,
  ownership_type text NOT NULL,
  licensing_type text NOT NULL,
  licence_number text,
  is_occupied boolean NOT NULL,
  tenancy_provide_later boolean NOT NULL,
  num_households integer,
  num_people integer,
  num_bedrooms integer,
  rent_includes_bills boolean,
  bills_included text[] NOT NULL,
  custom_bills_included text,
  furnished_status text,
  rent_frequency text,
  custom_rent_frequency text,
  rent_amount numeric(9, 2),
  has_gas_supply boolean NOT NULL,
  gas_cert_issue_date date,
  gas_provide_later boolean NOT NULL,
  electrical_cert_type text,
  electrical_expiry_date date,
  electrical_provide_later boolean NOT NULL,
  epc_certificate_number text,
  epc_expiry_date date,
  epc_energy_rating text,
  tenancy_started_before_epc_expiry boolean,
  epc_exemption_reason text,
  mees_exemption_reason text,
  epc_provide_later boolean NOT NULL,
  joint_landlord_emails text[] NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT property_is_named_by_uprn_or_address CHECK ((uprn IS NULL) <> (address_key IS NULL)),
  UNIQUE (landlord_id, address_key)
);

CREATE INDEX property_by_council ON property (local_council_code);

-- The first day on which a gas certificate is no longer valid: one year after its issue, 1 March after 29 February.
CREATE FUNCTION gas_cert_expiry_date(issued date) RETURNS date LANGUAGE sql IMMUTABLE
RETURN CASE
  WHEN extract(month FROM issued) = 2 AND extract(day FROM issued) = 29 THEN issued + 366
  ELSE (issued + interval '1 year')::date
END;

CREATE FUNCTION gas_status(property property, as_of date) RETURNS text LANGUAGE sql IMMUTABLE
RETURN CASE
  WHEN NOT property.has_gas_supply THEN 'NOT_REQUIRED'
  WHEN property.gas_cert_issue_date IS NULL THEN 'PROVIDE_LATER'
  WHEN as_of >= gas_cert_expiry_date(property.gas_cert_issue_date) THEN 'EXPIRED'
  ELSE 'ADDED'
END;

-- An electrical certificate is expired on its expiry date, an EPC only the day after.
CREATE FUNCTION electrical_status(property property, as_of date) RETURNS text LANGUAGE sql IMMUTABLE
RETURN CASE
  WHEN property.electrical_cert_type IS NULL THEN 'PROVIDE_LATER'
  WHEN property.electrical_cert_type = 'NONE' THEN 'MISSING'
  WHEN as_of >= property.electrical_expiry_date THEN 'EXPIRED'
  ELSE 'ADDED'
END;

CREATE FUNCTION epc_status(property property, as_of date) RETURNS text LANGUAGE sql IMMUTABLE
RETURN CASE
  WHEN property.epc_exemption_reason IS NOT NULL THEN 'NOT_REQUIRED'
  WHEN property.epc_certificate_number IS NULL THEN 'PROVIDE_LATER'
  WHEN as_of > property.epc_expiry_date THEN 'EXPIRED'
  ELSE 'ADDED'
END;
