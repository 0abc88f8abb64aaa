import * as configure from './operations/spine-configure.operation';
import * as list from './operations/spine-list.operation';
import * as mendClock from './operations/spine-mend-clock.operation';
import * as pause from './operations/spine-pause.operation';
import * as resume from './operations/spine-resume.operation';
import * as show from './operations/spine-show.operation';
import * as sweep from './operations/spine-sweep.operation';
import type { Resource } from './resource';

export const spine: Resource = {
	option: { name: 'Spine', value: 'spine', description: 'A shared workflow that serves every recipient' },
	operations: { configure, list, mendClock, pause, resume, show, sweep },
	first: 'show',
};
