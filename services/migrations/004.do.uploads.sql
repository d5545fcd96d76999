-- Where a number lies in the space of registration numbers: number * 129062223679 modulo 26^8, in two steps so that
-- bigint holds it. A query takes such a function's expression for its own, which costs a fraction of a call.
CREATE FUNCTION registration_place(number bigint) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (((129062223679 * (number >> 19) % 208827064576) << 19) + 129062223679 * (number & 524287)) % 208827064576;

-- P-XXXX-XXXX from the place's digits to the base of 26. Give it a column: an expression would be computed for each digit.
CREATE FUNCTION registration_text(place bigint) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN 'P-'
  || substr('CDFGHJKMNPQRSTVWXYZ2345679', (place / 8031810176 % 26)::integer + 1, 1)
  || substr('CDFGHJKMNPQRSTVWXYZ2345679', (place / 308915776 % 26)::integer + 1, 1)
  || substr('CDFGHJKMNPQRSTVWXYZ2345679', (place / 11881376 % 26)::integer + 1, 1)
  || substr('CDFGHJKMNPQRSTVWXYZ2345679', (place / 456976 % 26)::integer + 1, 1)
  || '-'
  || substr('CDFGHJKMNPQRSTVWXYZ2345679', (place / 17576 % 26)::integer + 1, 1)
  || substr('CDFGHJKMNPQRSTVWXYZ2345679', (place / 676 % 26)::integer + 1, 1)
  || substr('CDFGHJKMNPQRSTVWXYZ2345679', (place / 26 % 26)::integer + 1, 1)
  || substr('CDFGHJKMNPQRSTVWXYZ2345679', (place % 26)::integer + 1, 1);

-- The same numbers as ever, for whoever adds a property without saying its number.
CREATE OR REPLACE FUNCTION registration_number(number bigint) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE
  place CONSTANT bigint := registration_place(number);
BEGIN
  RETURN registration_text(place);
END
$$;
