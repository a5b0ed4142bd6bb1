"""
Every exception basewatch raises, named by what the run does about it.

* BasewatchError
  x ConfigError     stop: nothing was done                          (exit code 2)
  x ItemError       drop this item, report it, go on with the rest
    + RepoError       a repository could not be read
      - EmptyRepoError  it has no commit yet: nothing is wrong, and nothing to do
      - NoBranchError   it lacks a branch that was asked for: pass it over
    + HttpError       a host gave no answer; who asked says what that means
    + RegistryError   an image could not be looked up
      - MissingError    its registry says that there is no such thing
    + EditError       a file could not be rewritten faithfully
    + PlatformError   a proposal could not be opened, updated or retired
      - UnsureError     whether it was done is not known
      - ShutError       the forge is not to be asked again in this run (a RepoError, too)
  x EvidenceError   go on without this evidence; the pull request says so
  x LedgerError     go on and know less; a command about the ledger stops

The text of each is one line that says what, where and what to do about it.
A reference that basewatch understands but will not touch is no error: it is a `Skip`.
"""


class BasewatchError(Exception):
    """Base of all basewatch errors; its text is shown to the user as it stands."""


class ConfigError(BasewatchError):
    """The configuration, the rules or the command line do not make sense."""


class ItemError(BasewatchError):
    """One item of a step failed; the others are not affected."""


class RepoError(ItemError):
    """A repository could not be read."""


class EmptyRepoError(RepoError):
    """A repository has no commit yet, so it has no files to read."""


class NoBranchError(RepoError):
    """A repository does not have the branch that was asked for, whether or not that is wrong."""

    def __init__(self, message: str, branch: str) -> None:
        super().__init__(message)
        self.branch = branch


class HttpError(ItemError):
    """A host gave no answer, or none that is safe to use; the text names the host."""


class RegistryError(ItemError):
    """A registry gave no usable answer about an image."""


class PiecedError(RegistryError):
    """What a registry sent in parts is not what it should be: one of them may be wrong alone."""


class MissingError(RegistryError):
    """A registry says that there is no such repository, tag or digest, or hides it."""


class EditError(ItemError):
    """A file could not be rewritten, or does not read back as intended."""


class PlatformError(ItemError):
    """The forge refused or failed to hold a proposal."""


class UnsureError(PlatformError):
    """The forge gave no answer to a write: it may have been done, so look before it is repeated."""


class ShutError(PlatformError, RepoError):
    """A forge cannot be reached, or does not take the token: in this run it is not asked again."""


class EvidenceError(BasewatchError):
    """A source of evidence gave no usable answer."""


class LayerError(EvidenceError):
    """A layer could not be read; the text names the layer, and not yet its image."""


class LedgerError(BasewatchError):
    """The ledger could not be read or written; the text names its file."""
