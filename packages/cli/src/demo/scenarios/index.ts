import type { Scenario } from '../outcome.ts'
import { doors } from './doors.ts'
import { forged } from './forged.ts'
import { openSessions } from './open-sessions.ts'
import { places } from './places.ts'

/** Every scenario of the demo, in the order of the report. Each runs by itself: none needs what another left behind. */
export function scenariosWith(scp: 'attached' | 'absent'): readonly Scenario[] {
  return [...places, ...openSessions, ...doors(scp), ...forged]
}

/** With the SCP, as the demo runs unless told otherwise. */
export const scenarios = scenariosWith('attached')

/** For contrast, from running the published proof of concept's own handler: it verifies nothing. */
export const contrast =
  'The published proof of concept lets every one of the forged responses in: it decodes the form field and never looks at a signature, an audience, a time or an id.'
