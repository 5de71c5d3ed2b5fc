import { bindControls } from './controls.ts'
import { countDown } from './countdown.ts'
import { bindDecisions } from './decide.ts'
import { bindEnrolment } from './enrol.ts'
import { bindExplorer } from './explorer.ts'
import { follow } from './follow.ts'
import { onRenewed } from './renew.ts'

/** The one script of the console. Every page can be read without it. */
function bind(): void {
  bindControls()
  bindDecisions()
  bindEnrolment()
}

onRenewed(bind)
bind()
bindExplorer()
countDown()
follow()
