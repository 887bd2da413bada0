import { Tooltip } from '@mantine/core'
import { useLiveStatus } from '../api/LiveProvider.tsx'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import styles from './Frame.module.css'
import { frameTexts } from './texts.ts'

/** Whether what is on the screen is how things are now. */
export function LiveIndicator() {
  const says = useTexts(frameTexts)
  const status = useLiveStatus()
  return (
    <Tooltip label={says.liveMore[status]} multiline w={240}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: by keyboard, too, one can find out what it means. */}
      <div className={styles.live} data-status={status} role="status" tabIndex={0}>
        <span className={styles.liveText}>{says.live[status]}</span>
      </div>
    </Tooltip>
  )
}
