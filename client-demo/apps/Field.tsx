import { type ReactNode, useId } from 'react'
import styles from './apps.module.css'

interface FieldProps {
  readonly label: string
  readonly about?: string | undefined
  /** At the right of the label. */
  readonly aside?: string
  readonly error: string | undefined
  readonly children: ReactNode
}

/** A field of a form that is made of several inputs. */
export function Field({ label, about, aside, error, children }: FieldProps) {
  const id = useId()
  const described = [about && `${id}-about`, error && `${id}-error`].filter(Boolean).join(' ')
  return (
    <fieldset className={styles.field} aria-describedby={described || undefined}>
      <legend className={styles.fieldLabel}>
        {label}
        {aside && <span className={styles.fieldAside}> {aside}</span>}
      </legend>
      {about && (
        <p id={`${id}-about`} className={styles.fieldAbout}>
          {about}
        </p>
      )}
      {children}
      {error && (
        <p id={`${id}-error`} className={styles.fieldError} data-field-error tabIndex={-1}>
          {error}
        </p>
      )}
    </fieldset>
  )
}
