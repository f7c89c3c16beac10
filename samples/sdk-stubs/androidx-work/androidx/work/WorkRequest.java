package androidx.work;

/** Stand-in: which worker is wanted. */
public abstract class WorkRequest {
    public final String workerClassName;

    protected WorkRequest(Class<? extends ListenableWorker> worker) {
        workerClassName = worker.getName();
    }
}
