package android.content.pm;

public class ProviderInfo extends PackageItemInfo {
}
