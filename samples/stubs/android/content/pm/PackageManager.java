package android.content.pm;

import android.content.ComponentName;

public abstract class PackageManager {
    public static final int GET_META_DATA = 128;
    public static final int PERMISSION_GRANTED = 0;
    public abstract java.util.List<PackageInfo> getInstalledPackages(int flags);
    public abstract ServiceInfo getServiceInfo(ComponentName n, int flags) throws NameNotFoundException;
    public abstract ProviderInfo getProviderInfo(ComponentName n, int flags) throws NameNotFoundException;
    public static class NameNotFoundException extends Exception {}
}
