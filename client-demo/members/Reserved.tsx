import { Button, type ButtonProps, Tooltip, VisuallyHidden } from '@mantine/core'
import { type ReactNode, type Ref, useId } from 'react'

interface ReservedProps extends ButtonProps {
  /** Why it is not for the viewer; undefined where it is. */
  readonly reason: string | undefined
  readonly label?: string
  readonly onClick?: () => void
  readonly children: ReactNode
  readonly ref?: Ref<HTMLButtonElement>
}

/** A button that says why it is not for the viewer, also to users of the keyboard. */
export function Reserved({ reason, label, onClick, children, ...rest }: ReservedProps) {
  const reasonId = useId()
  if (reason === undefined) {
    return (
      <Button {...rest} aria-label={label} onClick={onClick}>
        {children}
      </Button>
    )
  }
  return (
    <>
      <Tooltip label={reason}>
        <Button {...rest} aria-label={label} aria-describedby={reasonId} aria-disabled data-disabled>
          {children}
        </Button>
      </Tooltip>
      <VisuallyHidden id={reasonId}>{reason}</VisuallyHidden>
    </>
  )
}
