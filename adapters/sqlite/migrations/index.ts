import { migrationsOf } from '../../sql/migration';
import { sql as ledger } from './0001-ledger';
import { sql as records } from './0002-records';
import { sql as assets } from './0003-assets';
import { sql as keys } from './0004-keys';
import { sql as state } from './0005-state';
import { sql as erased } from './0006-erased';
import { sql as reading } from './0007-reading';
import { sql as places } from './0008-places';
import { sql as alike } from './0009-alike';
import { sql as names } from './0010-names';
import { sql as calls } from './0011-calls';

/** The steps that bring a new ledger to this version's schema. */
export const migrations = migrationsOf({
	'0001-ledger': ledger,
	'0002-records': records,
	'0003-assets': assets,
	'0004-keys': keys,
	'0005-state': state,
	'0006-erased': erased,
	'0007-reading': reading,
	'0008-places': places,
	'0009-alike': alike,
	'0010-names': names,
	'0011-calls': calls,
});
