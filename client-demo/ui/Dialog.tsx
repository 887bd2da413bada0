import { Modal } from '@mantine/core'
import { type ReactNode, useEffect, useState } from 'react'
import { useTexts } from '../i18n/LanguageProvider.tsx'
import { giveFocusTo, placesFrom } from './focus.ts'
import { uiTexts } from './texts.ts'
import styles from './ui.module.css'

interface DialogProps {
  readonly title: ReactNode
  readonly onClose: () => void
  readonly closeOnClickOutside?: boolean
  readonly children: ReactNode
}

/** A dialog above the page. It is rendered while it is open, and then gives the focus back. */
export function Dialog({ title, children, ...rest }: DialogProps) {
  const says = useTexts(uiTexts)
  useFocusGivenBack()
  return (
    // Locking the page would take a style element, which the policy does not allow; styles.css does it.
    <Modal.Root opened lockScroll={false} centered {...rest}>
      <Modal.Overlay />
      <Modal.Content>
        {/* Else it is one more banner of the page. */}
        <Modal.Header role="presentation">
          <Modal.Title className={styles.dialogTitle}>{title}</Modal.Title>
          <Modal.CloseButton aria-label={says.close} />
        </Modal.Header>
        <Modal.Body>{children}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  )
}

/** Mantine's own way is for dialogs that are there before they are opened. */
function useFocusGivenBack(): void {
  const [places] = useState(() => placesFrom(openerOf()))
  useEffect(
    () => () => {
      const { activeElement, body } = document
      // Else another dialog has it, or what took the opener's place.
      if (activeElement === body || activeElement?.id === 'content') giveFocusTo(places)
    },
    [places],
  )
}

/** What has the focus; of a menu, which closes with the choice, the button that opened it. */
function openerOf(): Element | null {
  const focused = document.activeElement
  const menu = focused?.closest('[role=menu]')
  return menu ? document.getElementById(menu.getAttribute('aria-labelledby') ?? '') : focused
}
