import * as approve from './operations/release-approve.operation';
import * as close from './operations/release-close.operation';
import * as compare from './operations/release-compare.operation';
import * as evidence from './operations/release-evidence.operation';
import * as list from './operations/release-list.operation';
import * as look from './operations/release-look.operation';
import * as notes from './operations/release-notes.operation';
import * as open from './operations/release-open.operation';
import * as prepare from './operations/release-prepare.operation';
import * as promote from './operations/release-promote.operation';
import * as ship from './operations/release-ship.operation';
import * as statement from './operations/release-statement.operation';
import * as show from './operations/release-show.operation';
import type { Resource } from './resource';

export const release: Resource = {
	option: { name: 'Release', value: 'release', description: 'One change set on its way to production' },
	operations: {
		approve,
		close,
		compare,
		statement,
		list,
		look,
		open,
		prepare,
		promote,
		evidence,
		ship,
		show,
		notes,
	},
	first: 'show',
};
