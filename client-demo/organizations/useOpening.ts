import { useEffect, useState } from 'react'
import { useNavigate } from 'react-router'
import { useSession } from '../api/SessionProvider.tsx'
import { useViewer } from '../viewer/ViewerProvider.tsx'
import { membershipsOf } from '../viewer/viewer.ts'

/** Goes to an organization that has just become one of the viewer's, as soon as that is known here. */
export function useOpening() {
  const go = useNavigate()
  const { live } = useSession()
  const [id, setId] = useState<string>()
  const isKnown = membershipsOf(useViewer()).some(({ organization }) => organization.id === id)
  useEffect(() => {
    if (isKnown) go(`/${id}`)
  }, [isKnown, id, go])
  return {
    isOpening: id !== undefined,
    open: (organizationId: string) => {
      setId(organizationId)
      // No stream that is followed yet tells of it.
      live.refresh()
    },
  }
}
