import { expect, test } from '@jest/globals';
import { migrations as postgres } from '../../../adapters/postgres/migrations';
import { migrations as sqlite } from '../../../adapters/sqlite/migrations';

/** As version 0.1.0 wrote them into the ledgers it made. */
const shipped = {
	sqlite: {
		'0001-ledger': '21383aa58e9d6a4127ccf43a5e511e3d96e68e5c2cbacf663ad33603362fc39d',
		'0002-records': '14dffa44fc4fb4f1a608da2c5bdb1d1458355b3e44c8cde299a57dac0a2d9cd1',
	},
	postgres: {
		'0001-ledger': '569fa2ec9c8aef1aa177c580c77a6056c84ae0f44c3384ded8fcbdf5703ee3f7',
		'0002-records': '20bee8ad1c937a41ef1def34b0402ad8b5bc08c1bf841d3ee321957f3322a30f',
	},
};

test.each([
	['sqlite', sqlite],
	['postgres', postgres],
] as const)('the migrations of %s that were shipped are as they were', (store, migrations) => {
	const sums = Object.fromEntries(migrations.map(({ name, checksum }) => [name, checksum]));
	expect(sums).toMatchObject(shipped[store]);
	expect(migrations.map(({ name }) => name)).toEqual([...Object.keys(sums)].sort());
});
